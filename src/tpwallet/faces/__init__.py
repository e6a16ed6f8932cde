"""The doors: library, command line, HTTP and its client. They speak one set of shapes."""
