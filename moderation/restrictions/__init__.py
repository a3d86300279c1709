"""Crisis levels and caretaker periods: when more than the policy restricts publication."""
