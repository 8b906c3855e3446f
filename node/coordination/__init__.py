"""The coordinator's room: what needs attention, where nothing is yet, growth, selections and mail."""
