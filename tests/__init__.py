"""The tests mirror the packages; journeys, browser, interop and performance cross them."""
