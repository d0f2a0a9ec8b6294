"""Real servers, each started with a configuration in it; their tests skip where one is not installed."""
