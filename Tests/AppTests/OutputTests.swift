import Testing
import hundred

/// What leaves the program into files and logs that others read.
@Suite struct OutputTests {
    @Test func logValuesAreBoundedAndHarmless() {
        #expect(LogLines.bounded(String(repeating: "я", count: 600)).unicodeScalars.count == 501)
        #expect(LogLines.bounded("a\u{2028}b") == "a b")
        let token = "bot123456:" + String(repeating: "A", count: 35)
        #expect(
            LogLines.redacted("GET /\(token)/getMe failed") == "GET /bot123456:***/getMe failed")
        #expect(
            LogLines.redacted("xoxb-123-abc, whsec_AAAA= and syt_x")
                == "xoxb-***, whsec_*** and syt_***")
        #expect(LogLines.redacted("bot: nothing, bot12: short") == "bot: nothing, bot12: short")
    }

    @Test func calendarLinesAreFolded() {
        #expect(CalendarText.escaped("a;b,c\\d\ne\u{7}") == "a\\;b\\,c\\\\d\\ne")
        let folded = CalendarText.folded("SUMMARY:" + String(repeating: "ж", count: 100))
        let lines = folded.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.utf8.count <= 75 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
        #expect(
            lines.map { $0.hasPrefix(" ") ? String($0.dropFirst()) : String($0) }.joined().utf8
                .count == 208)
    }

    @Test func markdownIsNotWrittenByUsers() {
        #expect(PageText.escaped("*a* [x](y) <b>\n# c") == "\\*a\\* \\[x\\]\\(y\\) \\<b\\> \\# c")
    }

    @Test func connectionsAreCounted() {
        var limits = DoorLimits()
        limits.connections = 5
        limits.connectionsPerAddress = 2
        limits.trustedProxies = ["10.0.0.9"]
        let count = ConnectionCount(limits)
        #expect(count.enter("10.0.0.1"))
        #expect(count.enter("10.0.0.1"))
        #expect(!count.enter("10.0.0.1"))
        count.leave("10.0.0.1")
        #expect(count.enter("10.0.0.1"))
        #expect(count.enter("10.0.0.9"))
        #expect(count.enter("10.0.0.9"))
        #expect(count.enter("10.0.0.9"))
        #expect(count.open == 5)
        #expect(!count.enter("127.0.0.1"), "loopback counts among all, though not by address")
        count.leave("10.0.0.9")
        #expect(count.enter("127.0.0.1"))
    }
}
