"""Practice cases for people who learn to moderate."""
