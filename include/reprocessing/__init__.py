"""Documents that another version of the converter made: which they are, and their way through this one."""
