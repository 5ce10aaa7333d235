"""
moto's server as an AWS that a stack can be deployed to: python cloud-server.py PORT. It is the S3 test server
(../registry/s3-server.py), where CloudFormation

- takes templates without checking them: cfn-lint does that on its own, and moto would call its warnings errors;
- shows the outputs of what a change set brought, which moto leaves as they were;
- knows the types that moto does not by name, as resources that have an id and do nothing. What must be true of them
  is asked of the template itself.
"""

import runpy
import sys
from pathlib import Path
from types import ModuleType

# Of another API than the one that is deployed here, and not installed.
for name in ("openapi_spec_validator", "openapi_spec_validator.validation", "openapi_spec_validator.validation.exceptions"):
    sys.modules[name] = ModuleType(name)
sys.modules["openapi_spec_validator"].validate = None
sys.modules["openapi_spec_validator.validation.exceptions"].OpenAPIValidationError = Exception

import moto.cloudformation.models as models  # noqa: E402
from moto.cloudformation import parsing  # noqa: E402

models.validate_template_cfn_lint = lambda template: []

execute_change_set = models.CloudFormationBackend.execute_change_set


def execute_and_show(self, change_set_name, stack_name=None):
    execute_change_set(self, change_set_name, stack_name)
    for stack in self.stacks.values():
        stack._parse_template()
        stack.output_map = stack._create_output_map()


models.CloudFormationBackend.execute_change_set = execute_and_show


class Named:
    def __init__(self, name):
        self.physical_resource_id = name

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        return cls(resource_name.lower())

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        pass

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute_name):
        return f"{self.physical_resource_id}.{attribute_name}"


class Queue(Named):
    """A job queue, which a Ref names by its ARN. moto's own asks for a service role, which AWS has not for years."""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        name = cloudformation_json["Properties"]["JobQueueName"]
        return cls(f"arn:aws:batch:{region_name}:{account_id}:job-queue/{name}")


OURS = {"AWS::Batch::ComputeEnvironment": Named, "AWS::Batch::JobQueue": Queue}

resource_class_from_type = parsing.resource_class_from_type


def class_of(resource_type):
    if resource_type.startswith("AWS::EC2::"):  # moto would not find the order in which a network can be taken down
        return Named
    return OURS.get(resource_type) or resource_class_from_type(resource_type) or Named


parsing.resource_class_from_type = class_of


runpy.run_path(str(Path(__file__).parent.parent / "registry" / "s3-server.py"), run_name="__main__")
