"""What runs it: command line, supervisor, migrations, doctor, backup, and container files."""
