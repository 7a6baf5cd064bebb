"""What a process needs and no business knows: settings, clock, logs, telemetry, serving."""
