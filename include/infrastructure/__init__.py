"""What the pipeline needs in an AWS account, as a CloudFormation template."""
