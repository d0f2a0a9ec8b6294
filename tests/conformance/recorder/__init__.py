"""Lists of cases through real browsers: a command around `corssim.verify`."""
