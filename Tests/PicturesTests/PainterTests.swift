import Language
import Testing

#if Pictures
    import Pictures

    /// What a chart looks like is looked at by people; here: that there is a picture, of its size, for every
    /// language and for every value that could come.
    @Suite("Pictures") struct PainterTests {
        private static func book() throws -> Phrasebook {
            let months = (1...12).map { "m\($0)" }, days = (1...7).map { "d\($0)" }
            func table(_ tag: String, _ isRightToLeft: Bool) -> LanguageTable {
                LanguageTable(
                    tag: tag, name: tag, rightToLeft: isRightToLeft,
                    dates: .init(
                        months: months, shortMonths: months, weekdays: days, shortWeekdays: days),
                    phrases: ["x": "{x}", "p": "a line <b>bold</b> <c>/code</c>"])
            }
            return try Phrasebook(commands: [], languages: [table("en", false), table("ar", true)])
        }

        private static func plot(_ points: [Chart.Point], end: String = "31.8 working days")
            -> Chart
        {
            let plot = Chart.Plot(
                x: 0...100, y: 0...50, xMarks: [.init(1, .text("Day 1"), below: .text("2 Feb"))],
                yMarks: [.init(0, .number(0)), .init(50, .number(50))],
                lines: [
                    .init(
                        .level, .text("Target"), [.init(0, 15), .init(100, 15)],
                        end: .text("Target 15")),
                    .init(.expected, .text("Expected"), [.init(0, 42), .init(100, 15)]),
                    .init(.measured, .text("Readings"), points, end: .text(end)),
                    .init(
                        .projected, .text("Forecast"), [points.last ?? .init(0, 0), .init(100, 15)]),
                ], band: 10...20, now: .init(47, .text("Today")),
                empty: points.isEmpty ? .text("None") : nil)
            return Chart(
                title: .text("CH-01 «Рұқсаттар» العنوان"), subtitle: .text("Кыргызча өңү"),
                badge: .init(.text("🟡 AT RISK"), .warning), body: .plot(plot),
                alt: Phrase("x", ["x": .text("alt")]))
        }

        private static func bars(_ count: Int, _ share: Double?) -> Chart {
            let tones = Chart.Tone.allCases
            return Chart(
                title: .text("NA-1"),
                body: .bars(
                    (0..<count).map { n in
                        .init(
                            code: .code("CH-\(n)"),
                            title: .text(String(repeating: "long ", count: 30)),
                            badge: .init(.text("WORD"), tones[n % tones.count]), share: share,
                            expected: share)
                    }, tick: .text("Expected")), alt: Phrase("x", ["x": .text("alt")]))
        }

        /// Width and height, as the PNG's head says them.
        private static func size(_ png: [UInt8]?) -> [Int]? {
            guard let png, png.count > 24, Array(png[1..<4]) == Array("PNG".utf8) else {
                return nil
            }
            func number(_ at: Int) -> Int { png[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
            return [number(16), number(20)]
        }

        @Test func everyChartIsAPicture() throws {
            let book = try Self.book()
            let odd: [[Chart.Point]] = [
                [], [.init(5, 40)], (0...100).map { .init(Double($0), 42 - Double($0) * 0.2) },
                [.init(.nan, .infinity), .init(-1e300, 1e300)], [.init(99, 1), .init(100, 49)],
            ]
            for language in ["en", "ar"] {
                for points in odd {
                    let png = Painter.png(Self.plot(points), book, language: language)
                    #expect(Self.size(png) == [900, 660], "\(language) \(points.count)")
                }
                for (count, share) in [(1, 0.5), (8, -1), (20, 7), (3, nil), (50, .nan)]
                    as [(Int, Double?)]
                {
                    let png = Painter.png(Self.bars(count, share), book, language: language)
                    #expect(Self.size(png)?.first == 900, "\(language) \(count)")
                    #expect(
                        Self.size(png)?.last == 184 + 76 * min(count, 20), "\(language) \(count)")
                }
            }
        }

        /// The same chart gives the same bytes; in the other direction it is another picture.
        @Test func mirrored() throws {
            let book = try Self.book()
            let chart = Self.plot([.init(0, 42), .init(20, 40), .init(47, 31.8)])
            let left = Painter.png(chart, book, language: "en")
            #expect(left == Painter.png(chart, book, language: "en"))
            #expect(left != Painter.png(chart, book, language: "ar"))
        }

        /// Words for which the machine has no font make no picture of boxes; what people wrote may have any.
        @Test func lettersWithoutAFont() throws {
            let book = try Self.book()
            var chart = Self.plot([.init(5, 40)])
            chart.title = .text("\u{13000}\u{13001}")
            #expect(Painter.png(chart, book, language: "en") != nil)
            chart.badge = .init(.text("\u{F0000}"), .good)
            #expect(Painter.png(chart, book, language: "en") == nil)
        }

        @Test func pages() throws {
            let book = try Self.book()
            for language in ["en", "ar"] {
                for count in [0, 3, 400] {
                    let lines = Array(repeating: Phrase("p"), count: count)
                    let page = Page(
                        title: Phrase("x", ["x": .text("CH-01")]), lead: lines,
                        chart: Self.plot([.init(5, 40)]),
                        sections: [.init(Phrase("x", ["x": .text("Next")]), lines)],
                        foot: Phrase("x", ["x": .text("foot")]))
                    let pdf = try #require(Painter.pdf(page, book, language: language))
                    #expect(pdf.starts(with: "%PDF-".utf8), "\(language) \(count)")
                    #expect(pdf.count > 5000, "\(language) \(count)")
                }
            }
        }
    }
#endif
