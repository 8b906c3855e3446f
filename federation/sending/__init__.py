"""What goes out: publishing behind the firewall, addressing and delivering."""
