"""The image of the Containerfile and the gateway of examples/compose.yaml, made and run for real (`make image`)."""
