"""lighttpd's configurations, followed request by request."""
