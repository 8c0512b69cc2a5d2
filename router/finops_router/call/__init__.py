"""Carry one call to its end: turns of targets, a hedge beside a late one, a retry after a 500, single attempts."""
