"""The central service: takes telemetry in, thinks failures through, opens proposals, tells what is waiting."""
