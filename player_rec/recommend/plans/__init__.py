"""What comes next, and why: a situation goes in, a plan with a reason for every pick comes out."""
