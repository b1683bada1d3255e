"""Libraries that others run, in a process of their own, over the frames that hftx takes."""
