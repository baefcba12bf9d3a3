import Accelerator
import Platform
import Runtime
import Storage
import Testing

@Suite struct InflightTests {
    /// Opens, works on these names without ending, and is killed.
    private func dies(_ scratch: Scratch, deciding: String?, wording: String? = nil) throws
        -> [String: Int]
    {
        let journal = try open(scratch)
        let poison = journal.poison
        if let deciding { poison.begin(.deciding, deciding) }
        if let wording { poison.begin(.wording, wording) }
        return poison.crashes
    }

    @Test func whatEndsTheProcessIsCounted() throws {
        let scratch = Scratch()
        #expect(try dies(scratch, deciding: "tg u:1") == [:])
        #expect(try dies(scratch, deciding: "tg u:1", wording: "out 7.0") == ["tg u:1": 1])
        #expect(try dies(scratch, deciding: nil) == ["tg u:1": 2, "out 7.0": 1])
        #expect(try dies(scratch, deciding: nil) == ["tg u:1": 2, "out 7.0": 1])
        // What went well is forgotten.
        let journal = try open(scratch)
        let poison = journal.poison
        poison.begin(.wording, "out 7.0")
        poison.end(.wording)
        try journal.close()
        #expect(try dies(scratch, deciding: nil) == ["tg u:1": 2])
    }

    @Test func whatEndedWellIsNotCounted() throws {
        let scratch = Scratch()
        let journal = try open(scratch)
        let poison = journal.poison
        for n in 0..<200 {
            poison.begin(.deciding, "tg u:\(n)")
            poison.begin(.wording, "out \(n).0")
            poison.end(.wording)
        }
        poison.end(.deciding)
        try journal.close()
        #expect(try dies(scratch, deciding: nil) == [:])
        #expect(try scratch.read("inflight").count < 1000)
    }

    @Test func nonsenseInTheFileIsNoHindrance() throws {
        let names = [
            "", "\n\n\n", "{\"at\":", String(repeating: "{", count: 2000),
            "{\"at\":7}\n[]\n{\"x\":-3,\"y\":9e99}\n",
        ]
        for text in names {
            let scratch = Scratch()
            try open(scratch).close()
            try scratch.write("inflight", Array(text.utf8))
            #expect(try dies(scratch, deciding: "\"quoted\" \\ \u{2028} é") == [:])
            #expect(
                try dies(scratch, deciding: String(repeating: "x", count: 5000)) == [
                    "\"quoted\" \\ \u{2028} é": 1
                ])
            #expect(try dies(scratch, deciding: nil).count == 1)
        }
        // A disk that refuses it: nothing is counted, everything goes on.
        let disk = SimulatedDisk(1)
        disk.put([:])
        let journal = try FileJournal(doors: disk.doors(), settings: settings())
        disk.isFull = true
        let poison = journal.poison
        poison.begin(.deciding, "a")
        poison.end(.deciding)
        #expect(poison.crashes == [:])
    }
}
