"""Uploaded files: pictures without what the camera wrote into them, and documents for those who may read them."""
