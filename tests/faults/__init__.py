"""What the service survives: processes killed, halted and starved, a forge and a model that fail, disks that fill."""
