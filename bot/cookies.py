"""Cookies of other people's answers, which nothing here has a use for."""

from http.cookiejar import CookieJar, DefaultCookiePolicy


def no_cookies() -> CookieJar:
    """A jar that takes no cookie from anybody. httpx would keep each and send it back, and one that no header
    can hold would break every later call before it is sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
