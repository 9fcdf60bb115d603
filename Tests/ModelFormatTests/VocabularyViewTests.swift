import ModelFormat
import TestSupport
import Testing

@Suite struct VocabularyViewTests {
  private static let last = UInt32.max
  /// Ids with no gap, with gaps, and as large as they can be.
  static let alphabets: [[UInt32]] = [
    [0, 1, 2, 3, 4, 5, 6],
    [0, 3, 4, 5, 100, 1000, 1001],
    [0, 1, 2, 3, 4, 5, last],
    [0, last - 5, last - 4, last - 3, last - 2, last - 1, last],
  ]

  @Test(arguments: alphabets)
  func idsAreFoundAndOthersAreNot(ids: [UInt32]) throws {
    var description = try Sample.window()
    for (index, id) in ids.enumerated() { description.states[index].id = id }
    try withModel(try description.encoded()) { model in
      for id in [0...1100, (UInt32.max - 10)...UInt32.max].joined() {
        #expect(model.vocabulary.index(ofID: id) == ids.firstIndex(of: id))
      }
    }
  }

  @Test func namesAreFoundAndOthersAreNot() throws {
    let description = try Sample.gated()
    try withModel(try description.encoded()) { model in
      func index(_ name: String) -> Int? {
        Array(name.utf8).withUnsafeBytes { model.vocabulary.index(ofName: $0) }
      }
      for (position, state) in description.states.enumerated() {
        #expect(index(state.name) == position)
        #expect(index(state.name + "x") == nil)
        #expect(index(String(state.name.dropLast())) == nil)
      }
      #expect(index("") == nil)
      #expect(index("~") == nil)
    }
  }
}
