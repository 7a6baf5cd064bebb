"""The hands that touch the world: the only place with vendor SDKs and sockets."""
