"""The command line: one file per verb. Defines nothing here."""
