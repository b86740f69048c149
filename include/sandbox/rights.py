"""Who may do what, asked of moto's IAM; everything is allowed while moto's authorisation is off.

moto switches it on with ``POST /moto-api/reset-auth`` or INITIAL_NO_AUTH_ACTION_COUNT, and checks actions and
resources, no conditions. Its own refusal of a Textract action has the code ``403``; Textract's has a name.
"""

from __future__ import annotations

from typing import Any

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.access_control import IAMPolicy, IAMUserAccessKey, PermissionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from include.sandbox.refusals import Refusal

ACCOUNT, PARTITION = "123456789012", "aws"


class MotoRights:
    """The rights of moto's users and of the roles that they have assumed."""

    def check(self, action: str, resource: str, caller: str | None) -> None:
        """Refuse unless a policy of the caller allows the action and none denies it.

        :param caller: an access key id.
        :raises Refusal: AccessDeniedException.
        """
        if not self.allows(action, resource, caller):
            raise Refusal("AccessDeniedException", "User is not authorized to perform this action")

    def allows(self, action: str, resource: str, caller: str | None) -> bool:
        if ActionAuthenticatorMixin.request_count < settings.INITIAL_NO_AUTH_ACTION_COUNT:
            return True
        answers = [
            IAMPolicy(policy).is_action_permitted(action, resource) for policy in _policies_of(caller or "")]
        return PermissionResult.PERMITTED in answers and PermissionResult.DENIED not in answers


def _policies_of(access_key_id: str) -> list[Any]:
    role = next((
        assumed.role_arn.split("/")[-1] for assumed in sts_backends[ACCOUNT][PARTITION].assumed_roles
        if assumed.access_key_id == access_key_id), None)
    iam = iam_backends[ACCOUNT][PARTITION]
    if role is not None:
        inline = [iam.get_role_policy(role, name)[1] for name in iam.list_role_policies(role)]
        return [*inline, *iam.list_attached_role_policies(role)[0]]
    known = any(
        key.access_key_id == access_key_id for user in iam.list_users("/", None, None) for key in user.access_keys)
    if not known:
        return []
    return list(IAMUserAccessKey(ACCOUNT, PARTITION, access_key_id, {}).collect_policies())
