"""The look of every page: layout, macros, icons, headers, language and display."""
