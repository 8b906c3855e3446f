"""Stories: what people tell about living in a caring community."""
