"""What tests share: waiting, what the machine must offer, and one stand-in for each port."""
