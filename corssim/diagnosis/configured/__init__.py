"""Configurations of servers, read: what they allow, and what in them does not do what it was written for."""
