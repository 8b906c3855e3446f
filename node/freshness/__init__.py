"""Keeping the directory true: heartbeats of nodes, and reminders to initiatives without one."""
