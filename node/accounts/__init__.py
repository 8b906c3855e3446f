"""The accounts of a node: who may sign in, how, and what each may do."""
