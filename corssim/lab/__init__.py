"""The lab: a prediction beside what the visitor's own browser does with the lab's servers. Loopback only."""
