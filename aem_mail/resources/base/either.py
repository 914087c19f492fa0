"""Arguments that may be given in two forms."""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    First = TypeVar("First")
    Second = TypeVar("Second")
    Either: TypeAlias = First | Second
else:

    class Either:
        """`Either[Kind, str]` is both to type checkers, and the first to Pulumi's analyser of components, which knows no unions."""

        def __class_getitem__(cls, forms: tuple[Any, ...]) -> Any:
            return forms[0]
