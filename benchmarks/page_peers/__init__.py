"""The same seven figures as a page by what a user would pick instead: a script each, in an environment of their own."""
