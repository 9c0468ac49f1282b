"""What models are told, one version a file. A change is a new version: the old answers belong to the old words."""
