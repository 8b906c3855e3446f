"""Finding things in Dutch: the analyser, its vocabulary and the index, alike on both databases."""
