"""Stories in a real Chromium, each page watched for errors and checked by axe."""
