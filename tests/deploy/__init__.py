"""What runs a node: launcher, supervisor, migrations, backup, doctor, container files."""
