"""What comes in: the gate, the inbox and the listeners of the flow."""
