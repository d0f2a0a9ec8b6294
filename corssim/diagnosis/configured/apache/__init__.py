"""Apache's configurations, followed request by request."""
