"""nginx's configurations, followed request by request."""
