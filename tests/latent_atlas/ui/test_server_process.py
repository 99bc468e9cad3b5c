"""How the server's process is set up."""

import socket

from latent_atlas.ui.server_process import answer_without_delay


def test_what_a_listening_socket_accepts_sends_short_answers_at_once() -> None:
    with socket.socket() as listening:  # as Streamlit makes its own
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        answer_without_delay()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_sockets_that_do_not_listen_stay_as_they_are() -> None:
    closed = socket.socket()
    closed.close()
    with socket.socket() as idle:
        answer_without_delay()
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
