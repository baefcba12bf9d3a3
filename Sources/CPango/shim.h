#pragma once
// Cairo draws, Pango sets text: shapes Arabic, orders what is written from right to left, finds fonts.
// zlib packs the picture.
#include <cairo.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <zlib.h>
