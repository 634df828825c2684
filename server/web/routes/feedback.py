"""/feedback: what readers think of answers; export it as gold questions for `youju eval`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from server.chat import feedback
from server.errors import ConversationNotFound
from server.web.routes.conversations import MOMENT
from server.web.routes.deps import LibraryDep
from server.web.routes.sources import example, problem_example
from server.web.schemas.examples import EXAMPLE_QUESTION
from server.web.schemas.feedback import FeedbackBody, FeedbackOut

router = APIRouter(tags=["feedback"])

GIVEN = {
    "conversation_id": "5d2b8e",
    "answer_id": "a1f0c2",
    "question": EXAMPLE_QUESTION,
    "good": False,
    "reasons": ["incomplete"],
    "expected": "18个“新星”产业集群",
    "created_at": MOMENT,
}
GOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSONL",
        "content": {
            "application/jsonl": {
                "example": '{"id": "feedback-a1f0c2", "type": "feedback", "question": "…", '
                '"answers": [["…"]], "evidence": [[{"file": "…", "quote": "…"}]]}\n'
            }
        },
    }
}


@router.post(
    "/feedback",
    status_code=204,
    responses={404: problem_example("No such answer")},
    summary="Judge an answer",
)
def give_feedback(body: FeedbackBody, library: LibraryDep) -> Response:
    """Replaces an earlier judgement of the same answer."""
    given = body.model_dump(exclude={"conversation_id", "answer_id"})
    feedback.save(library, body.conversation_id, body.answer_id, **given)
    return Response(status_code=204)


@router.get("/feedback", responses={200: example([GIVEN])}, summary="List the feedback")
def list_feedback(library: LibraryDep) -> list[FeedbackOut]:
    """All judgements, oldest first."""
    return [
        FeedbackOut(
            conversation_id=f.conversation_id,
            answer_id=f.answer["id"],
            question=f.answer["question"],
            good=f.good,
            reasons=list(f.reasons),
            expected=f.expected,
            created_at=f.created_at,
        )
        for f in library.conversations.feedback()
    ]


@router.delete(
    "/feedback/{answer_id}",
    status_code=204,
    responses={404: problem_example("No such feedback")},
    summary="Take a judgement back",
)
def delete_feedback(answer_id: str, library: LibraryDep) -> Response:
    """The answer itself stays."""
    if not library.conversations.delete_feedback(answer_id):
        raise ConversationNotFound(f"No feedback on {answer_id!r}.")
    return Response(status_code=204)


@router.get(
    "/feedback/gold", response_class=Response, responses=GOLD, summary="Export gold questions"
)
def export_gold(library: LibraryDep) -> Response:
    """One question a line, as `youju eval` reads them: good answers, and bad ones put right."""
    text = "".join(feedback.gold_lines(library))
    headers = {"content-disposition": 'attachment; filename="youju-feedback.jsonl"'}
    return Response(text, media_type="application/jsonl", headers=headers)
