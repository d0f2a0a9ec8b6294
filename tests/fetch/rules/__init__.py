"""Each rule, flipped alone, changes what it says it changes: a file a rules module, `world` what they share."""
