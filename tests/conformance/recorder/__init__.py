"""The recorder: cases through real browsers, over loopback, in a network and a file system view of their own."""
