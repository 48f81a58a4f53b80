"""The program: command line, settings, composition, runtime, demo. It alone imports every room."""
