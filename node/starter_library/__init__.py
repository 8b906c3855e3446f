"""The starter library: activities worked out as formats, there before a village knows any other."""
