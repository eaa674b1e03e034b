"""Every resource of a synthesized template, created by the matching call of the AWS SDK on an emulator.

This is a replay, no deployment: CloudFormation itself plays no part, and what the emulator does not know is
not proven.
"""
