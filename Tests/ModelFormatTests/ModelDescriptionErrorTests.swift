import ModelFormat
import Testing

/// What a reader would refuse is not written.
@Suite struct ModelDescriptionErrorTests {
  private func refusal(_ change: (inout ModelDescription) -> Void) throws -> ModelFormatError? {
    var description = try Sample.smallest()
    change(&description)
    do throws(ModelFormatError) {
      _ = try description.encoded()
      return nil
    } catch {
      return error
    }
  }

  @Test func countsHaveToBeTheArchitectures() throws {
    #expect(try refusal { $0.weights.removeLast() } == .weightCount(found: 10, needed: 11))
    #expect(try refusal { $0.states.removeLast() } == .stateCount(found: 2, needed: 3))
    #expect(
      try refusal { $0.channels = [] }
        == .dimension(.detectionChannels, found: 0, allowed: 1...4))
    #expect(
      try refusal { $0.goldenEvents = [] } == .dimension(.goldenEvents, found: 0, allowed: 1...4096)
    )
  }

  @Test func statesHaveToBeInOrderAndDifferent() throws {
    #expect(try refusal { $0.states.swapAt(1, 2) } == .stateOrder(state: 2, atOffset: 144))
    #expect(try refusal { $0.states[1].name = $0.states[2].name } == .nameOrder(atOffset: 162))
    #expect(try refusal { $0.states[0].name = "nothing" } == .firstState(atOffset: 168))
    #expect(try refusal { $0.states[1].name = "" } == .stateName(state: 1, atOffset: 152))
    #expect(
      try refusal { $0.states[1].name = String(repeating: "a", count: 65) }
        == .stateName(state: 1, atOffset: 152))
    #expect(try refusal { $0.states[1].name = String(repeating: "a", count: 64) } == nil)
  }

  @Test func numbersOutOfRangeAreRefusedAndDoNotTrap() throws {
    #expect(
      try refusal { $0.channels[0].length = -1 }
        == .dimension(.rollingLength, found: 0, allowed: 1...4096))
    #expect(
      try refusal { $0.channels[0].minimumEvents = .max }
        == .dimension(.minimumEvents, found: Int(UInt32.max), allowed: 1...4096))
    #expect(
      try refusal { $0.goldenEvents[1].state = -1 } == .goldenState(found: -1, atOffset: 1))
    #expect(try refusal { $0.goldenEvents[1].state = .max } != nil)
    #expect(try refusal { $0.weights[3] = .nan } != nil)
    #expect(try refusal { $0.channels[0].threshold = Surprise(units: 0) } != nil)
  }

  @Test func provenanceCannotHideALine() throws {
    #expect(
      try refusal { $0.provenance[0].value = "a\nz=b" } == .provenanceText(atOffset: 0))
    #expect(try refusal { $0.provenance[1].key = "note=" } == .provenanceText(atOffset: 1))
    #expect(try refusal { $0.provenance.swapAt(0, 1) } != nil)
    #expect(try refusal { $0.provenance[0].key = "Data" } != nil)
    #expect(
      try refusal { $0.provenance[0].value = String(repeating: "x", count: 70_000) }
        == .dimension(.provenanceLength, found: 70_033, allowed: 1...65536))
  }

  @Test func knownRecordsAreNotOtherRecords() throws {
    let record = OptionalRecord(type: 2, bytes: [])
    #expect(try refusal { $0.otherRecords = [record] } != nil)
  }
}
