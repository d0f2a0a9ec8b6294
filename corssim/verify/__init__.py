"""Scenarios in real browsers: their pages and servers over loopback, what arrived, and what script saw."""
